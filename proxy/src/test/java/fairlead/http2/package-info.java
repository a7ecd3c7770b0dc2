/** Tests of the HTTP/2 codec. */
@NullMarked
package fairlead.http2;

import org.jspecify.annotations.NullMarked;
