"""From what the engine found to the rows of hotspots: incidents, silences, followers."""
