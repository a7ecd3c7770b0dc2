/** Which endpoint a request goes to ({@code spec/client.md} §4–5). */
@NullMarked
package fairlead.balance;

import org.jspecify.annotations.NullMarked;
