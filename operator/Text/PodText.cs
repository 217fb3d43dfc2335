namespace GemmaOperator.Text;

/// <summary>
/// Writes text into a container's <c>env</c>, <c>args</c> and <c>command</c>, where Kubernetes replaces
/// <c>$(NAME)</c> by a variable's value, and <c>$$</c> by a dollar.
/// </summary>
internal static class PodText
{
    /// <summary>Writes the text so that the container gets it as it is.</summary>
    public static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>Reads what <see cref="Literal"/> wrote.</summary>
    public static string Read(string text) => text.Replace("$$", "$", StringComparison.Ordinal);
}
