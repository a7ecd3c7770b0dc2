/** The admin port: JSON endpoints and pages ({@code spec/admin.md}). */
@NullMarked
package fairlead.admin;

import org.jspecify.annotations.NullMarked;
