using System.Globalization;
using System.Runtime.InteropServices;

namespace GemmaInference.Native;

/// <summary>
/// Sets how many threads libtorch uses and how they wait, which its libraries read when they are loaded.
/// </summary>
internal static partial class OpenMp
{
    /// <summary>
    /// Lets idle threads sleep: they spin otherwise, which takes the processors from everybody else, and from the
    /// threads that they wait for where the container has fewer than it counts. libtorch counts the node's cores, .NET
    /// those that the container may use. What is set already stays.
    /// </summary>
    /// <param name="threads">How many there are to be, whatever is set; null for as many as there are cores.</param>
    public static void Prepare(int? threads)
    {
        // .NET's own variables never reach getenv.
        _ = SetVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        var count = (threads ?? Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture);
        _ = SetVariable("OMP_NUM_THREADS", count, overwrite: threads is null ? 0 : 1);
        // MKL, which says how many libtorch starts with, takes no more than there are physical cores otherwise.
        _ = SetVariable("MKL_DYNAMIC", "FALSE", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
