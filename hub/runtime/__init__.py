"""The running hub: `hub.runtime.build` puts the parts together, `hub.runtime.hub` starts and stops them in order."""
