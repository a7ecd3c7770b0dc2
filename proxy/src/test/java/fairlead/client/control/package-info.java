/** Tests of the control plane's HTTP client. */
@NullMarked
package fairlead.client.control;

import org.jspecify.annotations.NullMarked;
