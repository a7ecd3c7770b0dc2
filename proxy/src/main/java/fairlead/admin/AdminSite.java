package fairlead.admin;

import org.jspecify.annotations.Nullable;

/**
 * What a port serves right now, and to whom. Immutable.
 *
 * @param pages which page answers which path
 * @param gate who may see and change what; null where anybody may ask anything
 */
record AdminSite(AdminPages pages, @Nullable Gate gate) {}
