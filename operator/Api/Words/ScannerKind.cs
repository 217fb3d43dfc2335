namespace GemmaOperator.Api.Words;

/// <summary>Names the vulnerability scanners whose flags and reports are understood.</summary>
internal enum ScannerKind
{
    Trivy,
    Grype,
    OSVScanner,
}
