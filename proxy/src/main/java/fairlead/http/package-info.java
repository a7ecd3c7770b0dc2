/**
 * A message head as one flat table over the received bytes, and what its fields mean ({@code
 * spec/http.md} §3–4, RFC 9110).
 */
@NullMarked
package fairlead.http;

import org.jspecify.annotations.NullMarked;
