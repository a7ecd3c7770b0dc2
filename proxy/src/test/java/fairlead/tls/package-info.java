/** Tests of TLS, and a server for those of others. */
@NullMarked
package fairlead.tls;

import org.jspecify.annotations.NullMarked;
