using KubectlGemma.Commands;
using KubectlGemma.Output;

return await CommandLine.RunAsync(
    args,
    new Shell(Screen.OfProcess(), Console.In, TimeProvider.System),
    CancellationToken.None
);
