"""Solves MPS files with native HiGHS and prints one JSON line per file: objective and seconds of the solve alone.

The second solve of each file counts: the first warms caches up, as in the bench's own engine.
"""

import json
import sys
import time

import highspy

for path in sys.argv[1:]:
    seconds = []
    for _ in range(3):
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.readModel(path)
        started = time.perf_counter()
        solver.run()
        seconds.append(time.perf_counter() - started)
    objective = solver.getInfo().objective_function_value
    print(json.dumps({"file": path, "objective": objective, "seconds": sorted(seconds)[1]}), flush=True)
