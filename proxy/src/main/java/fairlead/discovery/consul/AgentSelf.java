package fairlead.discovery.consul;

/**
 * What an agent says of itself ({@code spec/discovery.md} §3.3).
 *
 * @param domain without leading and trailing dots
 * @param address of its node, empty when not told
 */
record AgentSelf(String datacenter, String domain, String address) {}
