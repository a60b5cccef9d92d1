import type { ReactNode } from "react";
import type { Mapping } from "../../services/rows/mapping";

interface FormatFieldsProps {
  readonly format: string;
  readonly mapping: Mapping;
  readonly onMapping: (mapping: Mapping) => void;
}

type Options = readonly (readonly [value: string, name: string])[];

const FOUND_OUT = ["", "Found out"] as const;
const DELIMITERS: Options = [
  FOUND_OUT,
  [",", "Comma  ,"],
  [";", "Semicolon  ;"],
  ["\t", "Tab"],
  ["|", "Bar  |"],
];
const DECIMALS: Options = [
  [".", "Point  1.5"],
  [",", "Comma  1,5"],
];
const ENCODINGS: Options = [
  FOUND_OUT,
  ["utf-8", "UTF-8"],
  ["cp1252", "Windows 1252"],
  ["latin-1", "Latin 1"],
  ["utf-16", "UTF-16"],
];
const TIMES: Options = [
  ["iso", "ISO 8601"],
  ["epoch_s", "Seconds since 1970"],
  ["epoch_ms", "Milliseconds since 1970"],
];
const PATTERN = "pattern";
const FIRST_PATTERN = "%d.%m.%Y %H:%M";
const ZONES = Intl.supportedValuesOf?.("timeZone") ?? [];

/** How numbers and times are written; a table of text also has a delimiter and an encoding. */
export function FormatFields({ format, mapping, onMapping }: FormatFieldsProps) {
  const set = (change: Partial<Mapping>) => onMapping({ ...mapping, ...change });
  const isText = format === "csv";
  return (
    <div className="format-fields">
      {isText && (
        <>
          <Choice name="Delimiter" options={DELIMITERS} value={mapping.delimiter} onValue={(delimiter) => set({ delimiter })} />
          <Choice name="Decimal mark" options={DECIMALS} value={mapping.decimal} onValue={(decimal) => set({ decimal })} />
          <Choice name="Encoding" options={ENCODINGS} value={mapping.encoding} onValue={(encoding) => set({ encoding })} />
        </>
      )}
      <TimeFormat value={mapping.timeFormat} onValue={(timeFormat) => set({ timeFormat })} />
      <Labelled name="Time zone">
        <input
          data-testid="time-zone"
          list="time-zones"
          placeholder="as written in the times"
          value={mapping.timeZone}
          onChange={(event) => set({ timeZone: event.target.value.trim() })}
        />
        <datalist id="time-zones">
          {ZONES.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </Labelled>
    </div>
  );
}

function Labelled({ name, children }: { name: string; children: ReactNode }) {
  return (
    <label className="field">
      <span>{name}</span>
      {children}
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly testId?: string;
  readonly options: Options;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A value that is none of the usual is kept and shown as it is. */
function Choice({ name, testId, options, value, onValue }: ChoiceProps) {
  const known = options.some(([option]) => option === value);
  return (
    <Labelled name={name}>
      <select data-testid={testId} value={value} onChange={(event) => onValue(event.target.value)}>
        {!known && <option value={value}>{value}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

interface TimeFormatProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function TimeFormat({ value, onValue }: TimeFormatProps) {
  const known = TIMES.some(([option]) => option === value);
  return (
    <>
      <Choice
        name="Times"
        testId="time-format"
        options={[...TIMES, [PATTERN, "A pattern…"]]}
        value={known ? value : PATTERN}
        onValue={(chosen) => onValue(chosen === PATTERN ? FIRST_PATTERN : chosen)}
      />
      {!known && (
        <Labelled name="Pattern">
          <input
            data-testid="time-pattern"
            title="%d day, %m month, %Y year, %H hour, %M minute, %S second"
            value={value}
            onChange={(event) => onValue(event.target.value)}
          />
        </Labelled>
      )}
    </>
  );
}
