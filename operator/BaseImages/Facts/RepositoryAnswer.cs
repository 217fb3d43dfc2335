namespace GemmaOperator.BaseImages.Facts;

/// <summary>Says what a registry answered when it was asked whether a repository can be written.</summary>
internal abstract record RepositoryAnswer
{
    private RepositoryAnswer() { }

    /// <summary>Says that an upload may begin there, or that the registry doesn't tell before one is made.</summary>
    public sealed record Writable : RepositoryAnswer;

    /// <summary>Says that there is no such repository, and that the registry makes none by itself.</summary>
    public sealed record Missing(string Message) : RepositoryAnswer;

    /// <summary>Says that the credentials may not write there.</summary>
    public sealed record Refused(string Message) : RepositoryAnswer;

    /// <summary>Says that the operator doesn't ask there, or where the registry sends it.</summary>
    public sealed record NotAsked(string Message) : RepositoryAnswer;

    /// <summary>Says that the registry couldn't answer: the same question may be answered later.</summary>
    public sealed record Unavailable(string Message) : RepositoryAnswer;
}
