/** Tests of connections to one endpoint. */
@NullMarked
package fairlead.client;

import org.jspecify.annotations.NullMarked;
