/** Tests of the Consul namer; {@code FakeConsul} serves the faults a real agent cannot show. */
@NullMarked
package fairlead.discovery.consul;

import org.jspecify.annotations.NullMarked;
