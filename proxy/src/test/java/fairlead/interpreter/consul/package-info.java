/** Tests of the Consul interpreter. */
@NullMarked
package fairlead.interpreter.consul;

import org.jspecify.annotations.NullMarked;
