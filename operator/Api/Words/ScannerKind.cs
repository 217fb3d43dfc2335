namespace GemmaOperator.Api.Words;

/// <summary>Lists the vulnerability scanners whose flags and reports are understood.</summary>
internal enum ScannerKind
{
    Trivy,
    Grype,
    OSVScanner,
}
