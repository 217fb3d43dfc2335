namespace GemmaOperator.Api.Validation;

/// <summary>
/// Says which hosts are Google's: a token of the workload's identity goes to no others. Validation asks here, and so
/// does whoever is about to send one.
/// </summary>
internal static class GoogleRegistries
{
    /// <summary>Is what people read of it.</summary>
    public const string Names = "*.pkg.dev, *.gcr.io";

    /// <summary>Tells whether a host, as a reference has it, is one; one with a port of its own isn't.</summary>
    public static bool Has(string host) =>
        host == "gcr.io"
        || host.EndsWith(".gcr.io", StringComparison.Ordinal)
        || host.EndsWith(".pkg.dev", StringComparison.Ordinal);
}
