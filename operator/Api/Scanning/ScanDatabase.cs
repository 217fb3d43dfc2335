namespace GemmaOperator.Api.Scanning;

/// <summary>Says where a scanner has its database from; one of repository, url and volume.</summary>
internal sealed record ScanDatabase
{
    /// <summary>Repository of Trivy's database, with its tag; empty means another way.</summary>
    public string Repository { get; init; } = "";

    /// <summary>Repository of Trivy's index of Java archives, with its tag; empty means Trivy's own.</summary>
    public string JavaRepository { get; init; } = "";

    /// <summary>Where Grype looks for a newer database; empty means another way.</summary>
    public string Url { get; init; } = "";

    /// <summary>Volume that holds the database.</summary>
    public ScanDatabaseVolume? Volume { get; init; }
}
