"""What is worked out does not hang on the order in which one run of Python happens to
keep its sets.
"""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
from coder.agreement.distance import BestMatch
lists = [
    [["east"], ["SY", "Deir ez-Zor", "base_omar"], ["SY", "Deir ez-Zor", "base_conoco"], ["SY", "Ha", "m"]],
    [["SY", "syria_iraq_border"], ["SY", "badia"]],
    [["IQ"], ["SY", "Hama", "a"], ["SY", "Hama", "b"], ["SY", "Deir ez-Zor", "base_omar"], ["TR", "x"]],
]
distance = BestMatch()
print([each.hex() for row in distance.matrix([distance.value(v) for v in lists]).tolist() for each in row])
"""


def test_distances_of_lists_are_the_same_to_the_last_bit() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", CODE],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(found) == 1
