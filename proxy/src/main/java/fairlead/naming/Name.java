package fairlead.naming;

/** A leaf of a tree that is being bound: a path to look up again, or the end of the search. */
public sealed interface Name permits Path, Bound {}
