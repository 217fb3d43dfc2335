namespace StandIns;

/// <summary>Names a vulnerability that a simulated scanner knows.</summary>
/// <param name="Id">As in <c>CVE-2026-0001</c>.</param>
/// <param name="Severity">Critical, High, Medium or Low.</param>
/// <param name="Package">The source package of a distribution's, or the Python distribution.</param>
/// <param name="Affected">The one version that has it.</param>
/// <param name="Fixed">The version that mends it; empty while there is none.</param>
public sealed record SimulatedAdvisory(string Id, string Severity, string Package, string Affected, string Fixed);
