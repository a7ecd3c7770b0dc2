/** HTTP/2 between bytes and heads (RFC 9113), with a header compression of our own (RFC 7541). */
@NullMarked
package fairlead.http2;

import org.jspecify.annotations.NullMarked;
