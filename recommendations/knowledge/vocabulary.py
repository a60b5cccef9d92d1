"""Different words for the same thing, so that a note finds a playbook that says it otherwise.

Only words that mean the same wherever they occur in this field belong here; what is merely
related belongs into a playbook's signs.
"""

_SAME = {
    "airplane": "aeroplane aircraft airfreight airfreighted airlifted awb flew flight flights flown"
    " plane planes",
    "aluminum": "al alu aluminium aluminiums",
    "battery": "batteries bev",
    "container": "boxload teu",
    "corrugated": "cardboard carton cartons paperboard",
    "depot": "yard",
    "diesel": "derv gasoil",
    "electricity": "kwh mwh power",
    "empty": "deadhead deadheading unladen unloaded void",
    "forecast": "forecasted prediction",
    "fridge": "cooler reefer refrigerated refrigerator",
    "freezer": "coldstore deepfreeze freezers",
    "genset": "generator generators gensets",
    "idle": "idled idles idling",
    "insulation": "cladding lagged lagging uninsulated unlagged",
    "kilometer": "distance km kilometers kilometre kilometres mile mileage miles",
    "lamp": "bulb bulbs floodlight floodlights lamps light lighting lights luminaire luminaires",
    "leak": "hiss hisses hissing leakage leaking leaks leaky whistle whistling",
    "liter": "gallon gallons liters litre litres",
    "package": "packaging packing",
    "rail": "rails railway railroad train trains",
    "recycled": "recyclate recycling scrap secondary",
    "road": "motorway highway autobahn",
    "seaport": "harbor harbour port ports",
    "ship": "boat ferry ships vessel vessels",
    "solar": "photovoltaic photovoltaics pv rooftop",
    "supplier": "vendor vendors suppliers",
    "thermostat": "setpoint setpoints",
    "tire": "tires tyre tyres",
    "trailer": "trailers semitrailer semi",
    "truck": "hgv hgvs lorries lorry trucks rig",
    "van": "sprinter transporter transporters vans",
    "weekend": "saturday saturdays sunday sundays weekends",
    "night": "midnight nights overnight nightly",
}
CANONICAL = {word: name for name, words in _SAME.items() for word in words.split()}
