/** HTTP/1.1 between bytes and heads: strict by construction (RFC 9112, {@code spec/threats.md}). */
@NullMarked
package fairlead.http1;

import org.jspecify.annotations.NullMarked;
