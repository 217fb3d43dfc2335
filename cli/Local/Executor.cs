namespace KubectlGemma.Local;

/// <summary>Names what carries out a Dockerfile.</summary>
internal enum Executor
{
    /// <summary>Names the engine's own classic builder.</summary>
    Engine,

    /// <summary>Names the container of the operator's build Job, run by the engine.</summary>
    Kaniko,
}
