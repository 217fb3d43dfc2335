namespace GemmaOperator.Cluster.Authenticity;

/// <summary>Says what an object may hold beyond what was rendered, and still be taken for it.</summary>
internal enum Tolerance
{
    /// <summary>
    /// Only what hooks put into Jobs: a Job that nobody recorded is worth nothing, and making it anew costs little.
    /// </summary>
    Adoption,

    /// <summary>
    /// What hooks put into pods: mirrors, sidecars, variables and volumes of their own. A pod can't be made anew.
    /// </summary>
    Admission,
}
