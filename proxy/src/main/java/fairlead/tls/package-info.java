/** TLS contexts and peer identity. Start at {@link fairlead.tls.ClientTls}. */
@NullMarked
package fairlead.tls;

import org.jspecify.annotations.NullMarked;
