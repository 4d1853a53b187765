# Checks the files of an unpacked evidence package on Windows: no more is needed than PowerShell. Run it as
#   powershell -ExecutionPolicy Bypass -File data\verify\verify.ps1
# Seal, timestamps and proofs need openssl or Python: see VERIFY.txt.
$root = (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path
$wrong = 0
$listed = @{}
foreach ($manifest in @(@('manifest-sha256.txt', 'SHA256'), @('manifest-sha512.txt', 'SHA512'), @('tagmanifest-sha256.txt', 'SHA256'))) {
    foreach ($line in [IO.File]::ReadAllLines((Join-Path $root $manifest[0]))) {
        $digest, $path = $line -split '  ', 2
        $listed[$path] = $true
        $file = Join-Path $root $path
        if (-not (Test-Path -LiteralPath $file)) { Write-Output "WRONG $path is missing"; $wrong++; continue }
        if ((Get-FileHash -LiteralPath $file -Algorithm $manifest[1]).Hash -ne $digest) { Write-Output "WRONG $path was changed"; $wrong++ }
    }
}
foreach ($file in Get-ChildItem -LiteralPath (Join-Path $root 'data') -Recurse -File) {
    $path = $file.FullName.Substring($root.Length + 1).Replace('\', '/')
    if (-not $listed.ContainsKey($path)) { Write-Output "WRONG $path was added"; $wrong++ }
}
if ($wrong -eq 0) { Write-Output 'the files are as the manifests say'; exit 0 }
Write-Output "$wrong files are not as the manifests say"
exit 1
