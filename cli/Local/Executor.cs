namespace KubectlGemma.Local;

/// <summary>Names what carries out a Dockerfile.</summary>
internal enum Executor
{
    /// <summary>The engine's own classic builder.</summary>
    Engine,

    /// <summary>The container of the operator's build Job, run by the engine.</summary>
    Kaniko,
}
