/**
 * {@code fairlead demo}: the whole path of a request on loopback, with two hosts, discovery,
 * services, an edge and a page to look at. Start reading at {@link fairlead.launcher.demo.Demo}.
 */
@NullMarked
package fairlead.launcher.demo;

import org.jspecify.annotations.NullMarked;
