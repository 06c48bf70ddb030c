@echo off
rem The workshop's JBang for Windows: runs `jbang ...` without anything being installed first.
rem
rem It finds a JDK 25 or newer, then uses the JBang of the PATH, or else a copy of its own
rem that it fetches once into .jbang\ beside this file. After that it needs no network.
rem The same in bash, for the other systems: the file jbang.

setlocal EnableExtensions DisableDelayedExpansion
set "JBANG_VERSION=0.132.1"
rem The 2.10.1 that jbang-cli asks for reads every catalog as empty.
set "GSON_VERSION=2.13.2"
set "JDK_AT_LEAST=25"

set "here=%~dp0"
set "copy=%here%.jbang\jbang-%JBANG_VERSION%"
set "user_dir=%USERPROFILE%\.jbang"
if defined JBANG_DIR set "user_dir=%JBANG_DIR%"
set "user_jdks=%user_dir%\cache\jdks"
if defined JBANG_CACHE_DIR set "user_jdks=%JBANG_CACHE_DIR%\jdks"

if "%~1"=="--help" goto :list_commands
if "%~1"=="-h" goto :list_commands

call :find_jdk
call :find_installed
if not defined installed if not exist "%copy%\" call :fetch || exit /b 1
if not defined jdk call :fetch_jdk || exit /b 1
set "JAVA_HOME=%jdk%"
call :enter_workshop "%~1"
rem JBang would take the folder slides\ for the command slides. "@." names this folder's
rem catalog. No command with such a name takes more than these arguments.
set "named="
if defined ours if exist "%~1\" set "named=%~1@. %2 %3 %4"
rem JBang's own help, since --help is ours.
if "%~1"=="help" set "named=--help"

rem Without `call` the other batch file takes this one's place, and its exit code is ours.
if defined installed if defined named "%installed%" %named%
if defined installed if not defined named "%installed%" %*
if defined installed exit /b %errorlevel%

rem JBang writes the command line that is to be run and ends with 255, or does what was asked
rem itself. Lessons print more than ASCII, hence the code page, which is set back at the end.
set "codepage="
for /f "tokens=2 delims=:." %%p in ('chcp') do set "codepage=%%p"
chcp 65001 >nul
call :classpath
set "JBANG_RUNTIME_SHELL=cmd"
set "JBANG_LAUNCH_CMD=%~f0"
set "JBANG_STDIN_NOTTY=true"
timeout /t 0 >nul 2>nul && set "JBANG_STDIN_NOTTY=false"
set "out=%TEMP%\jbang-%RANDOM%%RANDOM%.out"
set "options=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC %JBANG_JAVA_OPTIONS%"
if defined named goto :prepare_named
> "%out%" "%jdk%\bin\java.exe" %options% -classpath "%classpath%" dev.jbang.Main %*
goto :prepared
:prepare_named
> "%out%" "%jdk%\bin\java.exe" %options% -classpath "%classpath%" dev.jbang.Main %named%
:prepared
set "status=%errorlevel%"
if "%status%"=="255" goto :run
type "%out%"
del /q "%out%"
goto :end

:run
set "command="
for /f "usebackq delims=" %%c in ("%out%") do if not defined command set "command=%%c"
del /q "%out%"
%command%
set "status=%errorlevel%"

:end
if defined codepage chcp %codepage% >nul
exit /b %status%


rem --- Help ----------------------------------------------------------------------------------

:list_commands
echo Sockets to Rooms. The commands, each as .\jbang NAME:
set "catalog=%here%jbang-catalog.json"
powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command ^
    "(Get-Content -Raw -Encoding UTF8 $env:catalog | ConvertFrom-Json).aliases.PSObject" ^
    ".Properties | ForEach-Object { '  {0,-11} {1}' -f $_.Name, $_.Value.description }"
echo.
echo More of each: .\jbang check --help   JBang's own help: .\jbang help
exit /b 0


rem --- A JDK ---------------------------------------------------------------------------------

rem Sets `jdk` to a JDK that is new enough. The user's own choice comes first (JAVA_HOME, then
rem PATH); of all the others the oldest that will do, as the best tried.
:find_jdk
set "jdk="
set "oldest=999"
if defined JAVA_HOME call :consider "%JAVA_HOME%"
if defined jdk exit /b 0
set "javac="
for %%j in (javac.exe) do set "javac=%%~dp$PATH:j"
if defined javac call :consider "%javac%.."
if defined jdk exit /b 0
for /d %%d in (
    "%user_dir%\currentjdk" "%user_jdks%\*"
    "%ProgramFiles%\Java\*" "%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Microsoft\*"
    "%ProgramFiles%\Zulu\*" "%ProgramFiles%\Amazon Corretto\*" "%ProgramFiles%\BellSoft\*"
    "%ProgramFiles%\SapMachine\*" "%LOCALAPPDATA%\Programs\Eclipse Adoptium\*"
    "%USERPROFILE%\.jdks\*"
) do call :consider "%%~d"
exit /b 0

rem Takes the JDK in folder %1 if it is new enough and older than the one taken before. Reads
rem the JDK's `release` file: that takes no time, where asking each `java -version` does.
:consider
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set "version="
for /f "usebackq tokens=1,2 delims==" %%a in ("%~1\release") do if "%%a"=="JAVA_VERSION" set "version=%%~b"
if not defined version exit /b 0
for /f "delims=.-+_ " %%m in ("%version%") do set "version=%%m"
if %version% LSS %JDK_AT_LEAST% exit /b 0
if %version% GEQ %oldest% exit /b 0
set "oldest=%version%"
set "jdk=%~f1"
if "%jdk:~-1%"=="\" set "jdk=%jdk:~0,-1%"
exit /b 0

rem Lets JBang fetch a JDK, when this machine has none that is new enough.
:fetch_jdk
echo No JDK %JDK_AT_LEAST% or newer here. Fetching one, once ... 1>&2
set "log=%here%.jbang\jdk.log"
if not exist "%here%.jbang\" mkdir "%here%.jbang"
set "JBANG_DEFAULT_JAVA_VERSION=%JDK_AT_LEAST%"
if defined installed (
    call "%installed%" jdk install %JDK_AT_LEAST% > "%log%" 2>&1 < nul
    goto :fetched_jdk
)
rem A release brings its own first Java.
if exist "%copy%\bin\jbang.cmd" (
    call "%copy%\bin\jbang.cmd" jdk install %JDK_AT_LEAST% > "%log%" 2>&1 < nul
    goto :fetched_jdk
)
rem An older Java can still fetch a JDK.
set "old_java=java.exe"
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "old_java=%JAVA_HOME%\bin\java.exe"
call :classpath
"%old_java%" -classpath "%classpath%" dev.jbang.Main jdk install %JDK_AT_LEAST% > "%log%" 2>&1 < nul
:fetched_jdk
call :find_jdk
if defined jdk exit /b 0
echo There is no JDK %JDK_AT_LEAST% or newer on this machine, and none could be fetched. 1>&2
echo Looked at JAVA_HOME, the PATH, the usual folders and JBang. Its log: "%log%" 1>&2
echo Install JDK %JDK_AT_LEAST% (https://adoptium.net), or set JAVA_HOME to one, and try again. 1>&2
exit /b 1


rem --- A JBang -------------------------------------------------------------------------------

rem Sets `installed` to the JBang of the PATH, if there is one. A clone's wrapper is none.
:find_installed
set "installed="
for %%j in (jbang.cmd) do set "installed=%%~$PATH:j"
if defined installed findstr /c:"The workshop's JBang" "%installed%" >nul 2>nul && set "installed="
if defined installed exit /b 0
for %%j in (jbang.exe) do set "installed=%%~$PATH:j"
exit /b 0

:classpath
set "classpath=%copy%\*"
if exist "%copy%\bin\jbang.jar" set "classpath=%copy%\bin\jbang.jar"
exit /b 0

rem Fetches the own copy. It appears whole or not at all: it is made in a folder of its own,
rem then renamed.
:fetch
echo Fetching JBang %JBANG_VERSION%, once ... 1>&2
set "work=%here%.jbang\fetching-%RANDOM%%RANDOM%"
set "log=%here%.jbang\fetching.log"
mkdir "%work%" 2>nul
if not exist "%work%\" (
    echo Cannot make the folder "%work%", where JBang is to be kept. 1>&2
    echo Make its parent writable, or install JBang ^(https://jbang.dev^). 1>&2
    exit /b 1
)
call :fetch_through_maven || call :fetch_release
rmdir /s /q "%work%" 2>nul
if exist "%copy%\" exit /b 0
echo JBang could not be fetched, neither through Maven nor from its releases. 1>&2
echo What was tried: "%log%" 1>&2
echo Connect to the network and try again, or install JBang (https://jbang.dev). 1>&2
exit /b 1

:fetch_through_maven
set "maven="
for %%m in (mvn.cmd) do set "maven=%%~$PATH:m"
if not defined maven (
    echo There is no Maven here ^(mvn^). > "%log%"
    exit /b 1
)
> "%work%\pom.xml" (
    echo ^<project^>
    echo   ^<modelVersion^>4.0.0^</modelVersion^>
    echo   ^<groupId^>workshop^</groupId^>^<artifactId^>jbang^</artifactId^>^<version^>1^</version^>
    echo   ^<dependencies^>
    echo     ^<dependency^>
    echo       ^<groupId^>dev.jbang^</groupId^>^<artifactId^>jbang-cli^</artifactId^>
    echo       ^<version^>%JBANG_VERSION%^</version^>
    echo     ^</dependency^>
    echo     ^<dependency^>
    echo       ^<groupId^>com.google.code.gson^</groupId^>^<artifactId^>gson^</artifactId^>
    echo       ^<version^>%GSON_VERSION%^</version^>
    echo     ^</dependency^>
    echo   ^</dependencies^>
    echo ^</project^>
)
pushd "%work%"
call "%maven%" -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=jars > "%log%" 2>&1 < nul
popd
if not exist "%work%\jars\jbang-cli-%JBANG_VERSION%.jar" exit /b 1
if not exist "%copy%\" move "%work%\jars" "%copy%" >nul
exit /b 0

:fetch_release
set "url=https://github.com/jbangdev/jbang/releases/download/v%JBANG_VERSION%/jbang-%JBANG_VERSION%.zip"
powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command ^
    "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';" ^
    "Invoke-WebRequest -UseBasicParsing -Uri $env:url -OutFile (Join-Path $env:work 'jbang.zip');" ^
    "Expand-Archive -LiteralPath (Join-Path $env:work 'jbang.zip') -DestinationPath $env:work" ^
    >> "%log%" 2>&1 < nul
if not exist "%work%\jbang-%JBANG_VERSION%\bin\jbang.jar" exit /b 1
if not exist "%copy%\" move "%work%\jbang-%JBANG_VERSION%" "%copy%" >nul
exit /b 0


rem --- Where -----------------------------------------------------------------------------------

rem Commands look for their workshop from the current folder upwards. So inside a workshop we
rem stay where we are. Elsewhere, as in `C:\path\to\clone\jbang start`, a command of our
rem catalog runs in our folder. Sets `ours` when %1 is such a command.
:enter_workshop
set "ours="
for /f "usebackq tokens=1 delims=: " %%a in ("%here%jbang-catalog.json") do if "%%~a"=="%~1" set "ours=yes"
set "folder=%CD%"
:upwards
if exist "%folder%\jbang-catalog.json" if exist "%folder%\lessons\" exit /b 0
for %%p in ("%folder%\..") do set "parent=%%~fp"
if /i "%parent%"=="%folder%" goto :outside
set "folder=%parent%"
goto :upwards
:outside
if not defined ours exit /b 0
cd /d "%here%"
echo Not inside a workshop: running in "%here%" 1>&2
exit /b 0
