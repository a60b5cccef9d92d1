"""Which readings of a series are anomalous, and what becomes of it. Pure Python, no Django.

Read in this order::

    slots      which readings are comparable: hours of the week, weekdays or months
    rex        the detector: record exceedance over a seasonal baseline
    ladder     from a score or a ratio to a severity
    findings   what one reading says: policy, anomaly or data quality
    lifecycle  the episode that findings open, keep open and let go
    news       which of its steps are told at once, and which wait
    engine     one reading through all of the above
    state      one series' memory as a small versioned blob
    explain    the sentence and the numbers that an analyst reads
    units      the units that readings may come in
"""
