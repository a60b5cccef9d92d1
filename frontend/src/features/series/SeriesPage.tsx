import { useDeferredValue } from "react";
import { Icon } from "../../shared/Icon";
import { PagedList } from "../../shared/PagedList";
import { Split } from "../../shared/Split";
import { atPage, useIdParam, useParam } from "../../shared/urlState";
import { useSeriesList } from "./api";
import { SeriesRow } from "./SeriesRow";
import { SeriesView } from "./SeriesView";
import "./series.css";

/** Every series, found by its entity, and what is set for the one that is open. */
export default function SeriesPage() {
  const opened = useIdParam("series");
  const [search, setSearch] = useParam("q");
  const list = useSeriesList(useDeferredValue(search.trim()));
  return (
    <Split
      name="series"
      title="Series"
      back={{ ...atPage("series"), q: search }}
      hint="Choose a series to see its readings and what is set for it."
      opened={opened}
      detail={opened !== null && <SeriesView key={opened} id={opened} />}
    >
      <div className="list-search" role="search">
        <label className="search">
          <Icon name="search" />
          <input
            type="search"
            data-testid="series-search"
            placeholder="Find by entity"
            aria-label="Find by entity"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
      </div>
      <PagedList
        pages={list}
        noun={search ? "series of that name" : "series"}
        empty={<p>{search ? "The search looks at the names of entities." : "A series begins with its first reading."}</p>}
        renderRow={(series) => <SeriesRow key={series.id} series={series} selected={series.id === opened} search={search} />}
      />
    </Split>
  );
}
