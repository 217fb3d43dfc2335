namespace GemmaOperator.Check;

/// <summary>Reads files of the checkout that this program was built with.</summary>
internal static class ShippedFile
{
    public static string Read(string name)
    {
        using var stream =
            typeof(ShippedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} isn't embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Returns the names of those in a folder, in their order.</summary>
    public static IReadOnlyList<string> In(string folder) =>
        [
            .. typeof(ShippedFile)
                .Assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
}
