"""Writers of the sample bank, all through the services of the packages below."""
