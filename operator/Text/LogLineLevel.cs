namespace GemmaOperator.Text;

/// <summary>Says how serious an entry of a log is.</summary>
internal enum LogLineLevel
{
    /// <summary>It goes on: trace to warning.</summary>
    Lesser,

    /// <summary>Error or critical.</summary>
    Error,
}
