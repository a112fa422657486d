"""The parts that panels and screens are made of."""
