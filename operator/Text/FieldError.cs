namespace GemmaOperator.Text;

/// <summary>Says one thing that is wrong with a spec and that its author can put right.</summary>
/// <param name="Path">The field, for example <c>spec.systemPackages[2]</c>.</param>
/// <param name="Problem">What is wrong, without a full stop.</param>
/// <param name="Remedy">What would be right, without a full stop.</param>
/// <param name="Reason">
/// Reason of the Stalled condition that it leads to: a word of the API.
/// </param>
internal sealed record FieldError(string Path, string Problem, string Remedy, string Reason)
{
    /// <summary>Gets the reason of what is wrong with a field alone.</summary>
    public const string InvalidSpec = "InvalidSpec";

    public override string ToString() => $"{Path}: {Problem}; {Remedy}";
}
