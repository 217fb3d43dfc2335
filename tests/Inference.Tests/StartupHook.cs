/// <summary>
/// Is run by the .NET host inside a server whose DOTNET_STARTUP_HOOKS names this assembly (docs/design/features/
/// host-startup-hook.md of dotnet/runtime; the name and the missing namespace are its rule): it throws on a thread of
/// its own once the server begins to use the web host.
/// </summary>
#pragma warning disable MA0047 // The host looks for it by this name, without a namespace.
internal static class StartupHook
#pragma warning restore MA0047
{
    public static void Initialize()
    {
        var thrown = 0;
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) =>
        {
            if (
                loaded.LoadedAssembly.GetName().Name == "Microsoft.AspNetCore"
                && Interlocked.Exchange(ref thrown, 1) == 0
            )
            {
                new Thread(() => throw new NotSupportedException("thrown by a test")).Start();
            }
        };
    }
}
