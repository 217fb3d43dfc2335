namespace GemmaOperator.Registry.Answers;

/// <summary>Holds what is known of a request beside its answer: who named the repository, and who asked.</summary>
/// <param name="Repository">The repository that was asked.</param>
/// <param name="Field">The field that names it; null where nobody's does.</param>
/// <param name="Credentials">The field that names its credentials; null where none does.</param>
/// <param name="WhyNone">Why it was asked without credentials; null when it was asked with some.</param>
/// <param name="PlainBy">What says that it speaks plain HTTP; null where TLS is spoken.</param>
/// <param name="PlainAdvice">How to say that it speaks plain HTTP.</param>
internal sealed record RegistryAdvice(
    string Repository,
    string? Field,
    string? Credentials,
    string? WhyNone,
    string? PlainBy,
    string PlainAdvice
)
{
    /// <summary>Begins a remedy with the field; nothing where there is none.</summary>
    public string Named => Field is null ? "" : $"{Field} ({Repository}): ";

    /// <summary>Names the field where a host is written; in general where there is none.</summary>
    public string Where => Field is null ? "where the host is written" : $"in {Field}";

    /// <summary>Names the field of the credentials in brackets; nothing where there is none.</summary>
    public string Of => Credentials is null ? "" : $" ({Credentials})";
}
