"""The running hub: `hub.runtime.parts` reads a site, `hub.runtime.hub` starts its parts and stops them in order."""
