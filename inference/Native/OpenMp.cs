using System.Runtime.InteropServices;

namespace GemmaInference.Native;

/// <summary>Sets how libtorch's threads wait, which libgomp reads once, when it is loaded.</summary>
internal static partial class OpenMp
{
    private const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>
    /// Lets idle threads sleep: they spin otherwise, which takes the processors from everybody else, and from the
    /// threads that they wait for where the container has fewer than it counts. A policy that is set stays.
    /// </summary>
    public static void WaitPassively()
    {
        // .NET's own variables never reach getenv.
        _ = SetVariable(WaitPolicy, "PASSIVE", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
