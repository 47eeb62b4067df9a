"""Settings: base holds everything and reads every variable once; dev, test and production change what must differ."""
