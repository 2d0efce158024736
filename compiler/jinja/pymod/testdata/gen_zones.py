#!/usr/bin/env python3
"""Write ../zones.txt and ../countries.txt: the names that pytz lists, from the public domain tz database.

    /work/oracle-env/bin/python testdata/gen_zones.py
"""
import os

import pytz

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
common = pytz.common_timezones_set
static = {z for z in pytz.all_timezones if not isinstance(pytz.timezone(z), pytz.tzinfo.DstTzInfo)}
with open(os.path.join(here, "zones.txt"), "w") as f:
    for z in pytz.all_timezones:
        f.write(z + (" common" if z in common else "") + (" static" if z in static else "") + "\n")
with open(os.path.join(here, "countries.txt"), "w") as f:
    for code in sorted(pytz.country_names):
        zones = pytz.country_timezones[code] if code in pytz.country_timezones else []
        f.write("\t".join([code, pytz.country_names[code], " ".join(zones)]) + "\n")
