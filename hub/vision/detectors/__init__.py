"""One module for each picture fault. `detect` says of one picture whether it shows the fault, nothing more."""
