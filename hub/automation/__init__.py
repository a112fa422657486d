"""Rules as a pure function: `step(rules, state, record, now) → (state, effects, trace)`. No I/O, no clock."""
