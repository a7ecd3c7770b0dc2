package fairlead.launcher;

import fairlead.discovery.TransformerConfig;
import fairlead.routing.RouterConfig;

/** Which way a router's traffic goes. */
final class Incoming {
  private Incoming() {}

  /**
   * Whether it brings traffic to this host's own services: one of its transformers keeps only
   * these.
   */
  static boolean isIncoming(RouterConfig router) {
    return router.interpreter().transformers().stream()
        .anyMatch(
            transformer ->
                switch (transformer) {
                  case TransformerConfig.Localhost _, TransformerConfig.SpecificHost _ -> true;
                  case TransformerConfig.Port _,
                      TransformerConfig.Replace _,
                      TransformerConfig.Const _ ->
                      false;
                });
  }
}
