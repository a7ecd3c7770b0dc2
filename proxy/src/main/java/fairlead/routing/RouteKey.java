package fairlead.routing;

import fairlead.naming.Dtab;
import fairlead.naming.Path;

/** What a route is found by: the logical name and the request's own dtab. */
record RouteKey(Path name, Dtab local) {}
