"""Different words for the same thing, so that a note finds a playbook that says it otherwise.

Only words that mean the same wherever they occur in this field belong here; what is merely
related belongs into a playbook's signs.
"""

import re
from functools import lru_cache

from .text import NUMBER_WORDS, STOP_WORDS, stem, words

_SAME = {
    "airplane": "aeroplane aircraft airfreight airfreighted airlifted awb flew flight flights flown"
    " plane planes",
    "aluminum": "al alu aluminium aluminiums",
    "battery": "batteries bev",
    "berth": "berths pier quay quays quayside",
    "concrete": "beton cement",
    "conditioning": "ac aircon conditioner conditioners hvac",
    "container": "boxload teu",
    "corrugated": "cardboard carton cartons paperboard",
    "depot": "yard",
    "diesel": "derv dsl gasoil",
    "electricity": "kw kwh mw mwh power",
    "empty": "deadhead deadheading unladen unloaded void",
    "fan": "blower blowers fans ventilator ventilators",
    "flue": "chimney chimneys",
    "forecast": "forecasted prediction",
    "fridge": "cooler reefer refrigerated refrigerator",
    "freezer": "coldstore deepfreeze freezers",
    "genset": "generator generators gensets",
    "holiday": "christmas easter holidays vacation",
    "idle": "idled idles idling",
    "insulation": "cladding lagged lagging uninsulated unlagged",
    "kilometer": "distance km kilometers kilometre kilometres mile mileage miles",
    "lamp": "bulb bulbs floodlight floodlights lamps light lighting lights luminaire luminaires",
    "leak": "hiss hisses hissing leakage leaking leaks leaky whistle whistling",
    "liter": "gallon gallons liters litre litres",
    "moisture": "damp humid humidity moist",
    "package": "packaging packing",
    "petrol": "gasoline",
    "plastic": "hdpe ldpe pe pet plastics polyethylene polymer polymers polypropylene pp resin",
    "rail": "rails railway railroad train trains",
    "recycled": "recyclate recycling scrap secondary",
    "refrigerant": "freon hfc hfcs r22 r32 r134a r290 r404a r407c r410a r507 refrigerants",
    "road": "motorway highway autobahn",
    "seaport": "harbor harbour port ports",
    "server": "crac datacenter datacenters datacentre datacentres servers",
    "ship": "boat ferry ships vessel vessels",
    "solar": "photovoltaic photovoltaics pv rooftop",
    "steel": "rebar rebars",
    "storm": "gale gales hurricane hurricanes storms thunderstorm thunderstorms typhoon",
    "supplier": "vendor vendors suppliers",
    "thermostat": "setpoint setpoints",
    "tire": "tires tyre tyres",
    "trailer": "trailers semitrailer semi",
    "truck": "hgv hgvs lorries lorry trucks rig",
    "van": "sprinter transporter transporters vans",
    "weekend": "saturday saturdays sunday sundays weekends",
    "night": "midnight nights overnight nightly",
}
# How much it is, and when, says nothing about what it is; nor does a verb that lost its "not".
_HOW_MUCH_AND_WHEN = """
    approx avg ca etc nd pct per percent rd st th twice vs
    am hr hrs min mins mph pm sec secs wk wks yr yrs
    monday mon tuesday tue wednesday wed thursday thu friday fri january jan february feb mar
    april apr june jun july jul august aug september sep sept october oct november nov december dec
"""
_SHORTENED = """
    ain aint aren arent cant couldnt cos coz didn didnt doesn doesnt don dont hes im isn isnt ive
    ll re shes thats theyre thru tho till ur ve wasn wasnt whats won wont wud cud youre
"""
_TELL_NOTHING = (
    STOP_WORDS | NUMBER_WORDS.keys() | {*_HOW_MUCH_AND_WHEN.split()} | {*_SHORTENED.split()}
)
# A number glued to its unit, as in 20kw or 3rd.
_GLUED_NUMBER = re.compile(r"^\d+(?=[a-z]+$)")
CANONICAL = {word: name for name, same in _SAME.items() for word in same.split()}


@lru_cache(maxsize=4096)
def search_words(text: str) -> tuple[str, ...]:
    """Return what of a text is searched: stems of content words in the field's one spelling."""
    return tuple(search_word(word) for word in telling_words(text))


def search_word(word: str) -> str:
    """Return the stem of a word in the field's one spelling."""
    return stem(CANONICAL.get(word, word))


def telling_words(text: str) -> list[str]:
    """Return the words of a text that say what it is about, as they are written."""
    bare = (_GLUED_NUMBER.sub("", word) for word in words(text))
    return [word for word in bare if _tells(word)]


def _tells(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and word not in _TELL_NOTHING
