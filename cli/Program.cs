using KubectlGemma.Commands;
using KubectlGemma.Output;

// What nobody reads any more ends, as a signal ends other programs; what is done by then is done.
using var unread = new CancellationTokenSource();
var code = await CommandLine.RunAsync(
    args,
    new Shell(Screen.OfProcess(() => _ = unread.CancelAsync()), Console.In, TimeProvider.System),
    unread.Token
);
return code == ExitCode.Interrupted && unread.IsCancellationRequested ? ExitCode.Unread : code;
